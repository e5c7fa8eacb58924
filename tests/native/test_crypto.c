/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures and SHA-512: published vectors, edges of the number ranges, every kind of sum of points. */
#include <string.h>

#include "check.h"
#include "ringwarden/crypto.h"

static size_t unhex(uint8_t *to, const char *text) {
    size_t n = 0;
    unsigned value;
    while (sscanf(text + 2 * n, "%2x", &value) == 1) {
        to[n++] = (uint8_t)value;
    }
    return n;
}

static void test_sha512(void) {
    static const struct {
        const char *text, *digest;
    } VECTORS[] = {
        /* FIPS 180-4 examples (NIST CSRC) */
        {"abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {"", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
             "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
         "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    };
    size_t i, cut;
    for (i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
        const size_t length = strlen(VECTORS[i].text);
        uint8_t wanted[64], digest[64];
        CHECK(unhex(wanted, VECTORS[i].digest) == 64);
        for (cut = 0; cut <= length; cut++) {
            rw_sha512 sha;
            rw_sha512_init(&sha);
            rw_sha512_update(&sha, (const uint8_t *)VECTORS[i].text, cut);
            rw_sha512_update(&sha, (const uint8_t *)VECTORS[i].text + cut, length - cut);
            rw_sha512_final(&sha, digest);
            CHECK(memcmp(digest, wanted, sizeof digest) == 0);
        }
    }
}

static void test_a_million_letters(void) {
    uint8_t wanted[64], digest[64], block[1000];
    rw_sha512 sha;
    int i;
    unhex(wanted, "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                  "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
    memset(block, 'a', sizeof block);
    rw_sha512_init(&sha);
    for (i = 0; i < 1000; i++) {
        rw_sha512_update(&sha, block, sizeof block);
    }
    rw_sha512_final(&sha, digest);
    CHECK(memcmp(digest, wanted, sizeof digest) == 0);
}

static void test_ed25519(void) {
    /* RFC 8032, 7.1: tests 1 to 3 and SHA(abc) */
    static const struct {
        const char *key, *message, *signature;
    } VECTORS[] = {
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
        {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
         "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
         "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
    };
    size_t i, bit;
    for (i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
        uint8_t key[32], message[64], signature[64];
        const size_t length = unhex(message, VECTORS[i].message);
        CHECK(unhex(key, VECTORS[i].key) == 32 && unhex(signature, VECTORS[i].signature) == 64);
        CHECK(rw_ed25519_verify(key, signature, message, length) == 1);
        for (bit = 0; bit < 512; bit += 7) {
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK(rw_ed25519_verify(key, signature, message, length) == 0);
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* RFC 6979, A.2.5, SHA-256 of "sample". */
static const char KEY[] = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                          "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char SIGNATURE[] = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
static const char DIGEST[] = "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf";

static void test_p256(void) {
    uint8_t key[64], signature[64], digest[32];
    size_t bit;
    CHECK(unhex(key, KEY) == 64 && unhex(signature, SIGNATURE) == 64 && unhex(digest, DIGEST) == 32);
    CHECK(rw_p256_verify(key, signature, digest) == 1);
    for (bit = 0; bit < 512; bit += 5) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(rw_p256_verify(key, signature, digest) == 0);
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(rw_p256_verify(key, signature, digest) == 0);
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (bit = 0; bit < 256; bit += 5) {
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(rw_p256_verify(key, signature, digest) == 0);
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/*
 * Signatures built (with Python's integers) so that the walk over the scalars meets its rare cases: the public key is the
 * generator, its negative, its double, its half; the digest is zero or above the order; r is an x at or above the order.
 */
static void test_rare_sums(void) {
    static const struct {
        const char *what, *key, *signature, *digest;
        int32_t valid;
    } CASES[] = {
        {"the key is the generator",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "47b13a619f9aa2b1bd03739464b771c00ae86ae3cf7448fb86bdc1e13f0c43b8"
         "1852b690f828c1df1ca4ac4251e3b8e9c88412de6ea01bf4997eebca8aa7ae0a",
         "ed58ac3003af4ff97f6f24e1efe5492f8f9933ce5bc4fb918f1fd041ad97baf7", 1},
        {"the key is the generator, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "47b13a619f9aa2b1bd03739464b771c00ae86ae3cf7448fb86bdc1e13f0c43b8"
         "1852b690f828c1df1ca4ac4251e3b8e9c88412de6ea01bf4997eebca8aa7ae0a",
         "ed58ac3003af4ff97f6f24e1efe5492f8f9933ce5bc4fb918f1fd041ad97baf6", 0},
        {"the key is the generator",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "de30265d916be515404df17f975c5e8253ad9fb08fa44d0b252f47f1257c12e2"
         "75f6bf484186f49518862201d312f8eb66cdf0c7fd6be9f596cf9caa8a5f126f",
         "af859d5fdcb02dd0ce7faac0a62c304c12dd52f92e2a1327c42093a6ef372532", 1},
        {"the key is the generator, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "de30265d916be515404df17f975c5e8253ad9fb08fa44d0b252f47f1257c12e2"
         "75f6bf484186f49518862201d312f8eb66cdf0c7fd6be9f596cf9caa8a5f126f",
         "af859d5fdcb02dd0ce7faac0a62c304c12dd52f92e2a1327c42093a6ef372533", 0},
        {"the key is the generator",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "690d5061d3f7735c2a5178163c87911eb08fa727ae0e03bf2abd0c91493872b5"
         "7dbab393b3ff4e13f7b1d553c65b743dd646ccbc14c02274cd9d2e80b2361da6",
         "a2050f61a49f4b1a4c88edbb42b77b39531a8f1abde67c52ba917839d81c4076", 1},
        {"the key is the generator, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
         "690d5061d3f7735c2a5178163c87911eb08fa727ae0e03bf2abd0c91493872b5"
         "7dbab393b3ff4e13f7b1d553c65b743dd646ccbc14c02274cd9d2e80b2361da6",
         "a2050f61a49f4b1a4c88edbb42b77b39531a8f1abde67c52ba917839d81c4077", 0},
        {"the key is its negative",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "39c0fd10bd0f1c440531902d46e6974258410da1d3eb4b0e11c67748b281ad64"
         "c34d01151bdb8cead6d115c2a878f8c6272a111a28d558781c13d0e61390c098",
         "4fcfa2497cd1c30a8cbf74d90b09d69e104be74628f7b62939bbcc5256460fb4", 1},
        {"the key is its negative, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "39c0fd10bd0f1c440531902d46e6974258410da1d3eb4b0e11c67748b281ad64"
         "c34d01151bdb8cead6d115c2a878f8c6272a111a28d558781c13d0e61390c098",
         "4fcfa2497cd1c30a8cbf74d90b09d69e104be74628f7b62939bbcc5256460fb5", 0},
        {"the key is its negative",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "b7a181067dd3615f455c53358762e9470c5ebf2462733574db0604cc1f203e6d"
         "0a68c1a24cf7854c4223011b6954e3536c088c5d00c7cb89a5376f9cfe8525e8",
         "03b84147a64d42298714a49e9177323549f8ceda56e891097585d2b77060f0d6", 1},
        {"the key is its negative, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "b7a181067dd3615f455c53358762e9470c5ebf2462733574db0604cc1f203e6d"
         "0a68c1a24cf7854c4223011b6954e3536c088c5d00c7cb89a5376f9cfe8525e8",
         "03b84147a64d42298714a49e9177323549f8ceda56e891097585d2b77060f0d7", 0},
        {"the key is its negative",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "2dbdd8d1870e24f3203ce56df1bbf5f54d406abf81801af79b8203ef8343f1be"
         "c3d8e47bafa28dac6b1a57130020a6676f41aea3ec42c9d1d6275b99e3a2b9c8",
         "16d59c575ea1d5d374bf906ca7d16f75cbc68f9b7010881a75be7b8f09468f7f", 1},
        {"the key is its negative, another digest",
         "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
         "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a",
         "2dbdd8d1870e24f3203ce56df1bbf5f54d406abf81801af79b8203ef8343f1be"
         "c3d8e47bafa28dac6b1a57130020a6676f41aea3ec42c9d1d6275b99e3a2b9c8",
         "16d59c575ea1d5d374bf906ca7d16f75cbc68f9b7010881a75be7b8f09468f7e", 0},
        {"its double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "ac40473cc65fa018ea1a27439676bad8823cc08b9e856369b51fce1e36900565"
         "18daa615a7bc25ee832b32c53ec2b2d690085aa9a50a7c3655400743d20a96fe",
         "360126fecfaca4b4b2ea28f5942f8c31322118147905de3f827b2bbea0a49a07", 1},
        {"its double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "ac40473cc65fa018ea1a27439676bad8823cc08b9e856369b51fce1e36900565"
         "18daa615a7bc25ee832b32c53ec2b2d690085aa9a50a7c3655400743d20a96fe",
         "360126fecfaca4b4b2ea28f5942f8c31322118147905de3f827b2bbea0a49a06", 0},
        {"its double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "6d1aa30c59bed15cef1c27a2c3f67a05981bdc02829272dd3b7d41df70b6e153"
         "8afcc3fca14097b7cb63c9909e016994f0acdbd7a17e83f2e4353f74fff0262d",
         "5eb434405e5562d00d002ea5b07fd38d4bea1fabb666cf4d4e4c54244b0f5783", 1},
        {"its double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "6d1aa30c59bed15cef1c27a2c3f67a05981bdc02829272dd3b7d41df70b6e153"
         "8afcc3fca14097b7cb63c9909e016994f0acdbd7a17e83f2e4353f74fff0262d",
         "5eb434405e5562d00d002ea5b07fd38d4bea1fabb666cf4d4e4c54244b0f5782", 0},
        {"its double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "16785b44fea2f2d6a996b9b246d07b4b2d02c59b7a9220145fef15be810090b0"
         "a9f10cb6f16353bc4d8683b51698a5ff34df690f0bd32738e718225f5e90bb6b",
         "59d4e3a0e7e17a21ff0dcb78e16bf3e06d4d161dbd772285a42108d7b854a596", 1},
        {"its double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
         "16785b44fea2f2d6a996b9b246d07b4b2d02c59b7a9220145fef15be810090b0"
         "a9f10cb6f16353bc4d8683b51698a5ff34df690f0bd32738e718225f5e90bb6b",
         "59d4e3a0e7e17a21ff0dcb78e16bf3e06d4d161dbd772285a42108d7b854a597", 0},
        {"its half",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "d9f7fbb8799b73e007db4e4065d5667ca6c3e77419643477b92c3095db5afa30"
         "ec2344fd20888dea7c0be9af92bc2c3963ebdf2c37c3a9a16aab81955e45c8ec",
         "48fdc914b5a89e2056235bb308edf4685a9e27de0fab5730b28f2a70ef964dfc", 1},
        {"its half, another digest",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "d9f7fbb8799b73e007db4e4065d5667ca6c3e77419643477b92c3095db5afa30"
         "ec2344fd20888dea7c0be9af92bc2c3963ebdf2c37c3a9a16aab81955e45c8ec",
         "48fdc914b5a89e2056235bb308edf4685a9e27de0fab5730b28f2a70ef964dfd", 0},
        {"its half",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "cd01a6bd7c23ef6c83818c744709afc465837fffad2a76c04a269cf4eef519c8"
         "246f75b71663f8f16473a9559b3fe97ce4f693827c27c441b9ff32780b36903b",
         "55484eef091778d8ad27592e891380ef6c9c0ea1215f8e141a50a173042dcd14", 1},
        {"its half, another digest",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "cd01a6bd7c23ef6c83818c744709afc465837fffad2a76c04a269cf4eef519c8"
         "246f75b71663f8f16473a9559b3fe97ce4f693827c27c441b9ff32780b36903b",
         "55484eef091778d8ad27592e891380ef6c9c0ea1215f8e141a50a173042dcd15", 0},
        {"its half",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "b7e76e0ff705b4abdb871d27be7660a8a175ad01a11d7d9e29e1fdc004fad966"
         "2c39f1402d26e7418967ce885ed33319308d54349d7d70f708e3f1716fcdd971",
         "da695d56585cca28219fd3a993926aef758ec0f678d3b881fecc1a00a026ef09", 1},
        {"its half, another digest",
         "2afa386b3f2bdcdb83f4d83f8fa3874d7b74dcb454bd644fdd6bf3d1f2da8db6"
         "8de7b41d3557a9cc9d4ac90ef7ad299a51759b030e1472b36b952a7686908d63",
         "b7e76e0ff705b4abdb871d27be7660a8a175ad01a11d7d9e29e1fdc004fad966"
         "2c39f1402d26e7418967ce885ed33319308d54349d7d70f708e3f1716fcdd971",
         "da695d56585cca28219fd3a993926aef758ec0f678d3b881fecc1a00a026ef08", 0},
        {"three times",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "6091f72bcdf3fe4e277414d6877ca23ba6f5c02988662b93f17c41c62ef2194f"
         "857e1773839010631ca0cbf14a87ec2b41f4cd5aa4e860f6b64a137851cb697f",
         "9d5c9ba13b32b2166249e367d61b11b12fbfbe4de50fc7e441637500662a9013", 1},
        {"three times, another digest",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "6091f72bcdf3fe4e277414d6877ca23ba6f5c02988662b93f17c41c62ef2194f"
         "857e1773839010631ca0cbf14a87ec2b41f4cd5aa4e860f6b64a137851cb697f",
         "9d5c9ba13b32b2166249e367d61b11b12fbfbe4de50fc7e441637500662a9012", 0},
        {"three times",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "ef1a97996ca357e8b4031bfdbc2a8eaa460f7466478d0c946dfa4ee40269b8bb"
         "2535e2206963b14684cd6871eb7ab3fb2810cd691a739771a571066143df44dc",
         "d63a2358a27952ca702ea4039401a3f488f1e2e5fd7fda54cd27653dd62a25af", 1},
        {"three times, another digest",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "ef1a97996ca357e8b4031bfdbc2a8eaa460f7466478d0c946dfa4ee40269b8bb"
         "2535e2206963b14684cd6871eb7ab3fb2810cd691a739771a571066143df44dc",
         "d63a2358a27952ca702ea4039401a3f488f1e2e5fd7fda54cd27653dd62a25ae", 0},
        {"three times",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "d500643fcf9c764dcdc02d0cf7bebf7a9516f0bc4a2081c28ef466cb77dc9286"
         "243a7afceccb9ad795b65e060017fe1c9ccbf22636a081105560afb7e87573b4",
         "0d80c4124470b2e8a769aa10e30c1d69c32d2cafad09fd41ef727ca37a0266ee", 1},
        {"three times, another digest",
         "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c"
         "8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
         "d500643fcf9c764dcdc02d0cf7bebf7a9516f0bc4a2081c28ef466cb77dc9286"
         "243a7afceccb9ad795b65e060017fe1c9ccbf22636a081105560afb7e87573b4",
         "0d80c4124470b2e8a769aa10e30c1d69c32d2cafad09fd41ef727ca37a0266ef", 0},
        {"its negative double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "222915b90bb02650e89d91de5074c5ed9f9bc22d4a3c934c6a5b3fceb14bb92f"
         "963c607eeb8476d9a015522a6ff128991d67f8cfb7b95178b1ca9f6bd377c7c1",
         "7ac88f60bef5d916e777a3094e1be6a2f324ddfea608acd486f294cfbca51f2d", 1},
        {"its negative double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "222915b90bb02650e89d91de5074c5ed9f9bc22d4a3c934c6a5b3fceb14bb92f"
         "963c607eeb8476d9a015522a6ff128991d67f8cfb7b95178b1ca9f6bd377c7c1",
         "7ac88f60bef5d916e777a3094e1be6a2f324ddfea608acd486f294cfbca51f2c", 0},
        {"its negative double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "8fe4d4cb7acb36afb43785ec6a2addf1ce466a2d3fffcdf29925453f296187c4"
         "8c2edc7655801432ce234cc760fda5aa3f3fe5cecbac3c5c68d0b26e016a6ad4",
         "4bc8f475d42362b8b24320d809d5f502fd789fa9b90d64f5fa231d856d34c29f", 1},
        {"its negative double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "8fe4d4cb7acb36afb43785ec6a2addf1ce466a2d3fffcdf29925453f296187c4"
         "8c2edc7655801432ce234cc760fda5aa3f3fe5cecbac3c5c68d0b26e016a6ad4",
         "4bc8f475d42362b8b24320d809d5f502fd789fa9b90d64f5fa231d856d34c29e", 0},
        {"its negative double",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "6eb3e39149e71432710d3114cba81b46a55707402a300541f952f0e1f9cba7a3"
         "7ca2b0dca1dce7ef73fb6e812adc922ca70cd58a9ce36f1a19c89e7f0647df39",
         "e8dc2c5a57fe568181b49de8422314b5644e9cf53d34d0d217b4caf7a00e8e8f", 1},
        {"its negative double, another digest",
         "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
         "f888aaee24712fc0d6c26539608bcf244582521ac3167dd661fb4862dd878c2e",
         "6eb3e39149e71432710d3114cba81b46a55707402a300541f952f0e1f9cba7a3"
         "7ca2b0dca1dce7ef73fb6e812adc922ca70cd58a9ce36f1a19c89e7f0647df39",
         "e8dc2c5a57fe568181b49de8422314b5644e9cf53d34d0d217b4caf7a00e8e8e", 0},
        {"the sum is the point at infinity",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "dd191696e15e2ee293410d02454c5f9461a2249dee6d57c75f264eaeb83a3782"
         "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89",
         "51b250607949dccf8b026d69daa7ab22b3abc7692b77d00c3dde8606b892de25", 0},
        {"the sum is the point at infinity",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "82f3e9c695dc6b8d1b11818d5701919e286de8d47f7c3eb3100c485f79e57828"
         "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89",
         "ff91cbf13974a2393960a491d89942803f6c9cac467769931832f6a4fa9fdf35", 0},
        {"the digest is zero",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "a31e7660949b4ed07badf7c1c09992c87701dfc1796491d9d78a0fa6a7e1d6e2"
         "c5ea4a8f48d3bce9be200f75b4b1e5fa55f758e9c2fcf2b4c39db3a85e942808",
         "0000000000000000000000000000000000000000000000000000000000000000", 1},
        {"the digest is the order",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "76608196efc9ad02cc63ea64e99688e9d72b83c08d86309fbfbb11b3c477185b"
         "60475619e64004b9500d543d3805b5efc788904a94f52b88dfed83a437d9c227",
         "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 1},
        {"the digest is above the order",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "4ed40fc07b1eaa5dd72a8c20d40cab0095b91bd2d960148a9e06af35c7ce096e"
         "8e36076ed25da3a8c0695705b09751b588bb2ecda0204c986843fab6d3c33b86",
         "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632556", 1},
        {"the digest is all ones",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "8931e8573220ca3f690a8dcecbd47bbab0606ade8ece0ee48f3037691c1f917b"
         "d7944dc429bfa35929ef87dc6b3d87f4c914edcb295a075c948ab3281a2f69f9",
         "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 1},
        {"the sum's x is above the order",
         "288bd11e1fe53b77c8afb17d7e49052eecf6a6f91cdefca96c27a2701392fc92"
         "1df3a980c5ca490535f71fcb10e6f89789ea51ff37ee9d3d29cef74ef6dddacb",
         "0000000000000000000000000000000000000000000000000000000000000003"
         "f36c6e7b60e10cdde61149e2756d7fd8750345e46221518c9a926e032f4b7cfb",
         "970548908a73b6206474033074d668f3c744af1503c3ccfdec24ddb0e1ee7584", 1},
        {"the sum's x is small",
         "35bc6a236e868a32fd7ea6f23e11384c16fb8bbb8d4d8a8e2624a9cb6e871591"
         "df18c6da8cf9fe4bb0d473911fcd956c0497041521d2ba2746815cb57bc4cfed",
         "0000000000000000000000000000000000000000000000000000000000000005"
         "405f62cef6cc6ac5d4c77b24190bd513c726d0ea6f6d5f3911fc53abfe4ef3e1",
         "5108ce46e6c0da355216affb6d65599678d87caf418bebf93c6c3fa4d04b55a6", 1},
        {"scalars 1 and 1",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "58e168a81ab3e7054ce57b76d0c9251e05bf52d38a859768f63e6f8840f03a0a"
         "58e168a81ab3e7054ce57b76d0c9251e05bf52d38a859768f63e6f8840f03a0a",
         "58e168a81ab3e7054ce57b76d0c9251e05bf52d38a859768f63e6f8840f03a0a", 1},
        {"scalars 0 and 1",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446",
         "0000000000000000000000000000000000000000000000000000000000000000", 1},
        {"scalars 1 and 2",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "1ec3994ef33e8cd374d040d8bffe88eab93a66c8cb3fbb51c73d549a65671414"
         "0f61cca7799f4669ba68206c5fff44755c9d3364659fdda8e39eaa4d32b38a0a",
         "0f61cca7799f4669ba68206c5fff44755c9d3364659fdda8e39eaa4d32b38a0a", 1},
        {"scalars 2 and 1",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "f1ae31f2d39e70b68d05f11f4e90e11643fe8434080e16317295cc10525af7c3"
         "f1ae31f2d39e70b68d05f11f4e90e11643fe8434080e16317295cc10525af7c3",
         "e35c63e6a73ce16c1a0be23e9d21c22ccb160dba69048dddf171cd5da852ca35", 1},
        {"scalars n-1 and 1",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "c73ef9d56ac6b0338edf16463000ce04a526bcd3490d97a7e9ba63f60d3ee52b"
         "c73ef9d56ac6b0338edf16463000ce04a526bcd3490d97a7e9ba63f60d3ee52b",
         "38c1062995394fcd7120e9b9cfff31fb17c03dda5e0a06dd09ff66ccef244026", 1},
        {"scalars 1 and n-1",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "c73ef9d56ac6b0338edf16463000ce04a526bcd3490d97a7e9ba63f60d3ee52b"
         "38c1062995394fcd7120e9b9cfff31fb17c03dda5e0a06dd09ff66ccef244026",
         "38c1062995394fcd7120e9b9cfff31fb17c03dda5e0a06dd09ff66ccef244026", 1},
        {"scalars 3 and 3",
         "f15a7f9f58279004e3af49350e2ba8660caedf529064bcf32e775bc7378f0446"
         "f8e9cee1a0c489bdcdd6a0d4fe966cf9905aa4e48b2d3cfc63f3aa78cd961a8d",
         "d8d01921b04e3502d653ac707b3b747d6c253caab45473155b5ccae791cd8456"
         "f2f0085fe56f67019cc68ed02913d17ef75110acab813ab516457579d8dbefa8",
         "d8d01921b04e3502d653ac707b3b747d6c253caab45473155b5ccae791cd8456", 1},
    };
    size_t i;
    for (i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        uint8_t key[64], signature[64], digest[32];
        const int whole = unhex(key, CASES[i].key) == 64 && unhex(signature, CASES[i].signature) == 64 &&
                          unhex(digest, CASES[i].digest) == 32;
        CHECK(whole);
        if (rw_p256_verify(key, signature, digest) != CASES[i].valid) {
            printf("%s\n", CASES[i].what);
            CHECK(0);
        } else {
            CHECK(1);
        }
    }
}

int main(void) {
    test_sha512();
    test_a_million_letters();
    test_ed25519();
    test_p256();
    test_rare_sums();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

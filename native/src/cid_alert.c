/* SPDX-License-Identifier: Apache-2.0 */
/* The dual-tone alerting signal, 2130 + 2750 Hz: CAS of GR-30-CORE, DT-AS of EN 300 659, the UK's idle-state tone alert. */
#include "cid_internal.h"

#include <string.h>

#define ALERT_TWIST 7u      /* energies of the two tones differ by no more than this factor: 8.5 dB */
#define ALERT_PURITY 140u   /* share of the tones in the power above the voice, 256 = all */
#define ALERT_HITS 11u      /* windows of 20 ms, 5 ms apart, that show it */
#define ALERT_HOLE 4u       /* windows in a row that need not */
#define ALERT_MIN 480       /* samples: 60 ms; the standards send 75 to 110 */
#define ALERT_MAX 1200

static void end_alert(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t length = d->alert_end - d->alert_start;
    if (d->alert_hits >= ALERT_HITS && length >= ALERT_MIN && length <= ALERT_MAX) {
        rw_cid_event e;
        memset(&e, 0, sizeof e);
        e.type = RW_CID_EVENT_TONE_ALERT;
        e.standard = s->standards & RW_STD_V23 ? RW_STD_V23 : RW_STD_BELL202;
        e.start = cid_stamp(s, d->alert_start);
        e.end = cid_stamp(s, d->alert_end);
        cid_post(s, &e);
    }
    d->alert_hits = 0;
}

/*
 * Share of the tones in the power of the second differences, 256 = all. Talk goes on while the signal is sent, and most of a
 * voice lies far below it: differences weigh 2130 Hz 4.9 and 2750 Hz 9.8 times, 500 Hz 0.02 times.
 */
static uint32_t treble_purity(const dtmf_state *d) {
    uint32_t treble = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) treble += d->treble[k];
    return tones_purity(d->energy[8] / 64 * 39 + d->energy[9] / 64 * 78, treble);
}

void alert_hop(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t a = d->energy[8], b = d->energy[9], now = (uint32_t)s->now;
    int hit = a > DTMF_ENERGY_MIN && b > DTMF_ENERGY_MIN && tones_balanced(a, b, ALERT_TWIST) &&
              treble_purity(d) >= ALERT_PURITY;
    if (hit) {
        if (!d->alert_hits++) d->alert_start = now - DTMF_WINDOW / 2 - DTMF_DELAY;
        d->alert_end = now - DTMF_WINDOW / 2 - DTMF_DELAY;
        d->alert_misses = 0;
    } else if (d->alert_hits && ++d->alert_misses > ALERT_HOLE) {
        end_alert(s);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The dual-tone alerting signal, 2130 + 2750 Hz: CAS of GR-30-CORE, DT-AS of EN 300 659, the UK's idle-state tone alert. */
#include "cid_internal.h"

#include <string.h>

#define ALERT_TWIST 5u
#define ALERT_MIN 480 /* samples: 60 ms; the standards send 75 to 110 */
#define ALERT_MAX 1200

static void end_alert(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t length = d->alert_end - d->alert_start;
    if (d->alert_hits >= 10 && length >= ALERT_MIN && length <= ALERT_MAX) {
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

void alert_hop(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t a = d->energy[8], b = d->energy[9], now = (uint32_t)s->now;
    int hit = a > DTMF_ENERGY_MIN && b > DTMF_ENERGY_MIN && tones_balanced(a, b, ALERT_TWIST) &&
              tones_purity(a + b, d->total) >= 150;
    if (hit) {
        if (!d->alert_hits++) d->alert_start = now - DTMF_WINDOW / 2 - DTMF_DELAY;
        d->alert_end = now - DTMF_WINDOW / 2 - DTMF_DELAY;
        d->alert_misses = 0;
    } else if (d->alert_hits && ++d->alert_misses > 2) {
        end_alert(s);
    }
}

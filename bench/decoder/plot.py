# SPDX-License-Identifier: Apache-2.0
"""Decode rate against SNR, everyone and the limits, as PNG and SVG."""

from pathlib import Path

import matplotlib
import numpy as np

from bench.decoder import limits
from bench.decoder.measure import Tally

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.hashsalt": "ringwarden", "svg.fonttype": "none", "font.size": 9})

from matplotlib import pyplot  # noqa: E402

COLOURS = {"ringwarden": "#0b6e4f", "spandsp": "#c44536", "minimodem": "#b08900", "multimon-ng": "#3d5a98"}
TITLES = {"bell202": "Bell 202", "v23": "V.23", "dtmf": "DTMF", "ntt": "NTT"}

Curves = dict[str, list[tuple[float, Tally]]]


def draw(curves: dict[str, Curves], path: Path) -> list[Path]:
    """One panel a standard, from {standard: {decoder: [(snr, counts)]}}; writes path.png and path.svg."""
    rows = (len(curves) + 1) // 2
    figure, axes = pyplot.subplots(
        rows, 2, figsize=(9.2, 3.1 * rows + 0.6), squeeze=False, sharex=True, sharey=True, layout="constrained"
    )
    for panel, (standard, of_decoders) in zip(axes.flat, curves.items(), strict=False):
        if standard in ("bell202", "v23"):
            grid = np.linspace(-3.0, 16.0, 300)
            best = [100.0 * limits.sequence_rate(standard, snr) for snr in grid]
            symbol = [100.0 * limits.symbol_rate(standard, snr) for snr in grid]
            panel.plot(grid, best, "--", color="black", lw=1.2, label="limit: sequence estimation (union bound)")
            panel.plot(grid, symbol, ":", color="grey", lw=1.2, label="one symbol at a time, no phase")
        for name, points in of_decoders.items():
            snrs, rates = [snr for snr, _ in points], [100.0 * t.rate for _, t in points]
            panel.plot(snrs, rates, "o-", ms=2.5, lw=1.4, color=COLOURS.get(name), label=name)
        panel.set_title(TITLES[standard])
        panel.label_outer()
        panel.set_xlim(-3, 16)
        panel.set_ylim(-2, 102)
        panel.grid(alpha=0.3)
    for panel in axes.flat[len(curves) :]:
        panel.set_visible(False)
    figure.supylabel("messages decoded, %", fontsize=9)
    for panel in axes[-1]:
        panel.set_xlabel("SNR in 0–4 kHz, dB")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    written = [path.with_suffix(".png"), path.with_suffix(".svg")]
    for target in written:
        metadata = {"Date": None} if target.suffix == ".svg" else {"Software": None}
        temporary = target.with_name(target.name + ".part")
        figure.savefig(temporary, format=target.suffix[1:], dpi=110, metadata=metadata)
        temporary.replace(target)
    pyplot.close(figure)
    return written

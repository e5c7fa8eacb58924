# SPDX-License-Identifier: Apache-2.0
"""English words about the block list: what became of an update."""

TEXTS = {
    "update.updated": "A new block list is in use.",
    "update.current": "The block list is the newest.",
    "update.kept": "The block list was not renewed; the one in use stays. {}",
    "update.kept.fetch": "The server cannot be reached: check the connection to the internet.",
    "update.kept.not_found": "A file is missing on the server: it is probably being renewed; the box tries again.",
    "update.kept.slow": "The server sends too slowly: check the connection to the internet.",
    "update.kept.too_big": "The server sends more than was announced: the box took none of it.",
    "update.kept.format": "What the server sends is not readable: the box took none of it.",
    "update.kept.signature": "The list lacks valid signatures: the box took none of it.",
    "update.kept.rollback": "The server offers something older than the box has seen: the box took none of it.",
    "update.kept.mismatch": "What came is not what was signed: the box took none of it.",
    "update.kept.expired": "The list's signatures have expired: its publisher has to renew them.",
    "update.kept.clock": "The box does not know the time: connect it to the internet, or set its clock.",
    "update.kept.store": "The box cannot store what it fetched: have it looked at when this comes again.",
    "update.kept.absent": "The server has no list for your region: check the region in the settings.",
    "update.kept.kind": "The server offers something that is no block list: the box took none of it.",
    "update.kept.region": "The list is for another region: the box took none of it.",
    "update.kept.device": "The list is for another box: this box took none of it.",
    "update.kept.size": "The list is too large for this box: its publisher has to make a smaller one.",
    "update.kept.list": "The new list cannot be used by this box: it is damaged or needs newer software.",
    "update.kept.differs": "The new list did not arrive whole: the box tries again.",
    "update.kept.flash": "The box's memory for lists does not work: have it looked at.",
    "update.kept.memory": "The box was too busy for the update: it tries again later.",
    "update.kept.update": "The box tries again later.",
}

# SPDX-License-Identifier: Apache-2.0
"""Chinese words about the block list: what became of an update."""

TEXTS = {
    "update.updated": "已换用新的拦截名单。",
    "update.current": "拦截名单已是最新。",
    "update.kept": "拦截名单没有更新，继续使用现有的一份。{}",
    "update.kept.fetch": "连不上服务器：请检查网络。",
    "update.kept.not_found": "服务器上缺少文件，可能正在更新，盒子会再试。",
    "update.kept.slow": "服务器传输太慢：请检查网络。",
    "update.kept.too_big": "服务器发来的内容超出约定长度，盒子没有采用。",
    "update.kept.format": "服务器发来的内容无法读取，盒子没有采用。",
    "update.kept.signature": "名单缺少有效签名，盒子没有采用。",
    "update.kept.rollback": "服务器给出的内容比盒子见过的还旧，盒子没有采用。",
    "update.kept.mismatch": "收到的内容与签名的不符，盒子没有采用。",
    "update.kept.expired": "名单的签名已过期，需由发布者更新。",
    "update.kept.clock": "盒子不知道现在的时间：请连接网络，或设置时钟。",
    "update.kept.store": "盒子存不下收到的内容：若再次出现，请检修。",
    "update.kept.absent": "服务器上没有您所在地区的名单：请检查设置中的地区。",
    "update.kept.kind": "服务器给出的不是拦截名单，盒子没有采用。",
    "update.kept.region": "这份名单是给其他地区的，盒子没有采用。",
    "update.kept.device": "这份名单是给另一台盒子的，本机没有采用。",
    "update.kept.size": "名单太大，本机放不下，需由发布者缩小。",
    "update.kept.list": "新名单在本机无法使用：已损坏，或需要更新的软件。",
    "update.kept.differs": "新名单没有完整到达，盒子会再试。",
    "update.kept.flash": "盒子存放名单的存储器有故障：请检修。",
    "update.kept.memory": "盒子当时太忙，没能更新，稍后会再试。",
    "update.kept.update": "盒子稍后会再试。",
}

# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a settings document and what to write instead, in Chinese. Imported when something is wrong."""

TEXTS = {
    "place": "{}：{}",
    "document": "整份设置",
    "str": "应为引号中的文字",
    "int": "应为整数",
    "list": "应为列表",
    "dict": "应为表",
    "missing": "缺少此项，请补上",
    "unknown": "没有这一项，可用的有：{}",
    "one_of": "请从这些中选一个：{}",
    "never_dropped": "这样的来电无法确知是谁，所以从不挂断，请从这些中选一个：{}",
    "range": "应为 {} 至 {} 的整数",
    "too_many": "共有 {} 条，最多 {} 条，请删去一些",
    "some": "不能为空",
    "time": '请写成 "22:30" 这样的时间',
    "date": '请写成 "2026-12-31" 这样的日期',
    "sha256": "请填 sha256sum 给出的 64 位十六进制数",
    "prefix": '请写号码开头的数字，如 "+8610" 或 "0755"；"+" 表示所有境外来电',
    "every_number": "这会包括所有号码，请多写几位",
    "pattern": '请写名称的一部分，其余用 * 代替，如 "*贷款*"，最多 50 个字',
    "version": "这个盒子只认第 {} 版，请更新盒子或这份设置",
    "evidence": "请补上 text（同意的内容）或 sha256（文件的校验值）；没有凭证就不算同意",
    "country": "没有这个国家或地区，请写两个字母，如 CN、US、DE",
    "number": "{} 在这里不是电话号码，请连区号一起写，或写成 +国家代码加号码",
}

# SPDX-License-Identifier: Apache-2.0
# Ringwarden's lists of numbers, version 2, but for the coded bits in body, index and top: docs/FORMATS.md says what these mean.
meta:
  id: rwl
  title: Ringwarden list of numbers
  file-extension: rwl
  license: Apache-2.0
  endian: le
doc-ref: docs/FORMATS.md
seq:
  - id: magic
    contents: [0x89, 0x52, 0x57, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a]
  - id: version
    type: u2
  - id: len_header
    type: u2
  - id: len_file
    type: u4
  - id: num_numbers
    type: u4
  - id: country
    size: 2
  - id: coder
    type: u1
  - id: num_sections
    type: u1
  - id: base
    type: u8
  - id: items
    type: u2
  - id: keys
    type: u2
  - id: blocks
    type: u2
  - id: node_lines
    type: u2
  - id: node_keys
    type: u4
  - id: line_shift
    type: u1
  - id: probes
    type: u1
  - id: width_key
    type: u1
  - id: width_body
    type: u1
  - id: width_index
    type: u1
  - id: flags
    type: u1
    doc: 1 halves, 2 same, 4 gap tree given, 8 gap starts given, 16 category starts given
  - id: contexts
    type: u1
  - id: run_min
    type: u1
  - id: num_popular
    type: u1
  - id: class_low
    type: u1
  - id: class_high
    type: u1
  - id: reserved
    type: u1
  - id: gap_count
    type: u1
  - id: gap_limit
    type: u1
  - id: category_count
    type: u1
  - id: category_limit
    type: u1
  - id: num_nodes
    type: u2
  - id: last_keys
    type: u2
  - id: directory
    type: entry
    repeat: expr
    repeat-expr: num_sections
  - id: thresholds
    type: u1
    repeat: expr
    repeat-expr: contexts - 1
    if: num_numbers != 0
  - id: popular
    type: gap
    repeat: expr
    repeat-expr: num_popular
    if: num_numbers != 0
  - id: gap_depths
    size: (num_symbols + 1) / 2
    if: num_numbers != 0 and (flags & 4) != 0
    doc: half bytes, the low half first; classes from low to high, then the run, then popular gaps
  - id: categories
    type: u4
    if: num_numbers != 0
    doc: bit c is set when category c occurs
  - id: depths_and_starts
    size: len_header - 4 - (64 + 12 * num_sections + len_tables_before)
    if: num_numbers != 0
    doc: half bytes with the depths of the categories, if more than one occurs, then start bytes as the flags say
  - id: checksum
    type: u4
    doc: CRC-32 of the header before it
  - id: sections
    type: section(_index)
    repeat: expr
    repeat-expr: num_sections
instances:
  num_symbols:
    value: class_high - class_low + 1 + (run_min != 0).to_i + num_popular
  len_tables_before:
    value: contexts - 1 + 5 * num_popular + ((flags & 4) >> 2) * ((num_symbols + 1) / 2) + 4
types:
  entry:
    seq:
      - id: type
        type: u2
        enum: section_type
      - id: reserved
        type: u2
      - id: len
        type: u4
      - id: checksum
        type: u4
        doc: CRC-32 of the section
  gap:
    seq:
      - id: low
        type: u4
      - id: high
        type: u1
  section:
    params:
      - id: nth
        type: s4
    seq:
      - id: body
        size: _root.directory[nth].len
enums:
  section_type:
    1: front
    2: index
    3: body
    5: rules
    7: top

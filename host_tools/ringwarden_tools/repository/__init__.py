# SPDX-License-Identifier: Apache-2.0
"""The update repository: a TUF repository (specification 1.0) that any static web server can serve.

`keys` keeps private keys, `folder` is the repository on disk, `lists` adds lists and deltas, `rotate` changes keys,
`status` says how things stand, `check` reads it all as a client would. docs/REPOSITORY.md says what lies where.
"""

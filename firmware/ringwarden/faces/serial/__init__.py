# SPDX-License-Identifier: Apache-2.0
"""The serial link: frames that survive noise, and what box and host say in them (docs/FORMATS.md, "The serial link").

`demux.Demultiplexer` parts the bytes of the one port, `link.Link` delivers messages whole and in order, `face.Face`
answers a host's requests, `fetcher.LinkFetcher` gets a repository's files from the host for `ringwarden.update`.
"""

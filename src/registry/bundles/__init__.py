"""Models in one thing that a person carries: `registry bundle` and `registry unbundle`.

manifest.py    what is in a bundle: snapshots, members, their sizes and SHA-256
_archive.py    headers of the archive, and what is wrong with one
_volumes.py    one stream of bytes over one file or several
_copying.py    copying with the SHA-256 of what is copied
contents.py    models, lock and cache -> a manifest, and where the bytes lie
packing.py     writing a bundle; _folder.py into a folder, _tar.py into an archive
opening.py     a bundle on disk, refused unless it is complete
agreeing.py    whether it belongs to the catalogue and the lock used here
unpacking.py   into the Hugging Face cache
uploading.py   to a private Hub

A bundle is an archive or a folder with the same members: `bundle.json`, the manifest, comes first;
then the bill of materials, the entries of the catalogue and the part of the lock; then every file
once, under `blobs` and its SHA-256. The same models, lock and cache give the same bytes.
"""

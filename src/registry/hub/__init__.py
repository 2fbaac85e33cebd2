"""The Hub side of the catalogue: reading repositories, describing, adding, verifying, locking.

    source.py        what can be read of a repository: the protocol, its files, its card
    endpoint.py      HF_ENDPOINT, before anything asks
    answers.py       one response, within its limits of size and time
    asking.py        one request: retries, waits, failures in our words
    remote.py        a repository on the Hub
    cached.py        one in the cache or any folder; _cached_listing.py the files of a commit there;
                     _safetensors_header.py the header of a safetensors file
    downloads.py     files of a commit into the Hugging Face cache, checked; _transfer.py one file
                     on its way, taken up where it was; snapshot.py a commit in the cache
    _fact.py         a value, where it was read, and how it is known
    _facts/          what can be read about a model, one module per group of facts
    _description.py  a repository -> catalogue fields, each with where it comes from
    new_entry.py     a description -> an entry of the catalogue; _ids.py, _terms.py its words,
                     _objections.py what the rules object to
    given.py         additional fields that a user gives
    adding.py        repositories -> entries in a catalogue file
    verification.py  an entry and a description, field by field; fixing.py corrects what differs
    elsewhere.py     what is locked, at a Hub that has it under another commit: _same_content.py
                     finds that
    locking.py       entries -> what models.lock.json holds; wanted_files.py which files
    _json_values.py  untrusted values: of the right type and size, or nothing

Data flows downwards. Everything asks the Hub through huggingface_hub's session (extra `hub`),
which reads HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE as usual; its own functions, which retry by
themselves, are not used.
"""

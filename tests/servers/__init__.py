"""Servers for tests: real HTTP on loopback, with faults on demand.

loopback           an HTTP server in a thread: streams, faults, who is connected
faults             the faults that an answer may have
language           the small deterministic model behind the servers: words and vectors
ollama_store       the state of an Ollama server: models, blobs, a library to pull from
ollama             an Ollama server over these
openai             a chat completions server that refuses, breaks off and stalls
hub                a Hub of model repositories; start reading here, its parts are in hub_*.py
transformers_serve `transformers serve`, with a tiny model made on the fly
"""

"""Servers for tests: real HTTP on loopback, with faults on demand.

loopback           an HTTP server in a thread: streams, faults, who is connected
faults             what may go wrong with an answer
language           the small deterministic model behind the servers: words and vectors
ollama_store       what an Ollama server keeps: models, blobs, a library to pull from
ollama             an Ollama server over these
openai             a server of chat completions that refuses, breaks off and stalls
hub                a Hub of model repositories, in hub_*.py by parts; everything starts there
transformers_serve `transformers serve`, with a tiny model made on the spot
"""

"""What can be read about a model, one module per group of facts.

reading            untrusted JSON: values of the right type, or nothing
modules            modules.json, the pipeline of sentence-transformers
routes             Routers: what holds whichever way an input takes
kind, filing       which type of model it is, and the evidence; what it is filed under
architecture       config.json: the network and its sizes
lengths            how much it reads
pipeline           what sentence-transformers adds: pooling, normalization, prompts, heads
late_interaction   ColBERT: projection, lengths of queries and documents
generation         language models: heads, experts, windows
modalities         text, images, audio, video: what it reads
vision             models that read images: sides of images and patches
timeseries         models that forecast
weights            which files, how many parameters, how large
gguf               GGUF files: the model, or its variants
card, licenses, results   what the model card says
"""

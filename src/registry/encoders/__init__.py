"""What `load` gives back: one interface a kind of model, whatever backend runs it.

closing       what all of them share: close, and `with`
base          texts in, batches, progress, async twins: what all encoders share
dense         DenseEncoder: float32 (n, dim)
sparse        SparseEncoder: scipy CSR (n, vocabulary)
multi_vector  MultiVectorEncoder: a list of float32 (tokens, dim), MaxSim
reranker      Reranker: sorted (index, score)
generator     TextGenerator: text, whole or streamed
quantization  int8 and binary vectors, and scores on them
"""

"""What `load` returns: one interface per kind of model, whatever backend runs it.

closing       shared by all of them: close, and `with`
base          shared by all encoders: texts in, batches, progress, async twins
dense         DenseEncoder: float32 (n, dim)
sparse        SparseEncoder: scipy CSR (n, vocabulary)
multi_vector  MultiVectorEncoder: a list of float32 (tokens, dim), MaxSim
reranker      Reranker: sorted (index, score)
patience      waiting for a busy server during long work
generator     TextGenerator: text, whole or streamed
quantization  int8 and binary vectors, and scores on them
"""

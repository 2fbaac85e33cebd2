"""The Ollama server: connection, tags, pulling, sharing."""

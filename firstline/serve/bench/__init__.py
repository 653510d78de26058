"""What the benchmarks need: a server of their own, load, memory, and the bot that Rasa's default config makes."""

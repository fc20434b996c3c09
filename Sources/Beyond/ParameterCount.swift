import MicroGPT

"""Judging predictions of networks that nobody has seen: a zoo of open definitions.

reading.csv says of one network of each of 134 families whether it is read, and beside its
multiply-accumulates those that PyTorch's own counter counts when it runs. They differ where what is
computed is not given back (poolers of transformers) and where the counter does not see a recurrent
layer.
"""

import heapq
import operator


def top_words(tokens, weights, k):
    return heapq.nlargest(k, zip(tokens, weights), key=operator.itemgetter(1))

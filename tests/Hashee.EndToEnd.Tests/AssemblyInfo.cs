// Worlds wait more than they work: a few at a time fill two processors.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace Hashee.Protocol.Tests;

internal static class Allocations
{
    // The bytes that an action allocates once it is warm: the least of some runs, since the runtime's own work may fall into any of them.
    public static long Measure(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

using Hashee.Host;

namespace Hashee.Testing;

/// <summary>Keeps the records of functions that run inside the test process out of the tests' own output.</summary>
public sealed class SilentLog
{
    private const int NoDescriptor = -1;

    public SilentLog() => Log.Writer = new LogWriter(NoDescriptor, isText: false, LogLevel.Trace);
}

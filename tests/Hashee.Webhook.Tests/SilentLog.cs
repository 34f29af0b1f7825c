using System.Diagnostics.CodeAnalysis;
using Hashee.Host;

namespace Hashee.Webhook.Tests;

/// <summary>Keeps the records of handlers that run inside the test process out of the tests' own output.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "xunit makes it.")]
public sealed class SilentLog
{
    private const int NoDescriptor = -1;

    public SilentLog() => Log.Writer = new LogWriter(NoDescriptor, isText: false, LogLevel.Trace);
}

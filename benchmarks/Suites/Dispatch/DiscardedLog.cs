using Hashee.Host;
using Microsoft.Win32.SafeHandles;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>Log records and metrics go to <c>/dev/null</c>: each still costs its write(2), and none lands in the results.</summary>
internal static class DiscardedLog
{
    private static readonly SafeFileHandle Null = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);

    /// <summary>To be called before anything is made that logs or measures: metrics keep the writer that they find.</summary>
    public static void Install() => Log.Writer = new LogWriter((int)Null.DangerousGetHandle(), isText: false, LogLevel.Info);
}

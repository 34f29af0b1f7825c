using Hashee.Lambda;
using Microsoft.Win32.SafeHandles;

namespace Hashee.Benchmarks.Suites.Dispatch;

/// <summary>Log records and metrics go to <c>/dev/null</c>: each still costs its write(2), and none lands in the results.</summary>
internal static class DiscardedLog
{
    private static readonly SafeFileHandle Null = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);

    public static void Install() => Log.Writer = new LogWriter((int)Null.DangerousGetHandle(), isText: false, LogLevel.Info);
}

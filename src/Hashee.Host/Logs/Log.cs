namespace Hashee.Host;

/// <summary>
/// The function's log on standard output: one JSON line for each record with <c>timestamp</c> (RFC 3339, UTC, milliseconds),
/// <c>level</c>, <c>message</c>, <c>requestId</c> during an invocation, and the given fields; with AWS_LAMBDA_LOG_FORMAT=Text one plain
/// line. Records under AWS_LAMBDA_LOG_LEVEL are dropped. Each record is one write(2), and no value can begin a second record. All members
/// may be called from any thread.
/// </summary>
public static class Log
{
    internal static LogWriter Writer { get; set; } = LogWriter.FromEnvironment();

    /// <summary>Writes a record.</summary>
    /// <param name="level">Its level.</param>
    /// <param name="message">A fixed sentence without data in it; what varies belongs into <paramref name="fields"/>.</param>
    /// <param name="fields">Named values.</param>
    public static void Write(LogLevel level, string message, params ReadOnlySpan<LogField> fields) => Writer.Write(level, message, fields);

    /// <summary>Writes a record of level INFO.</summary>
    public static void Info(string message, params ReadOnlySpan<LogField> fields) => Writer.Write(LogLevel.Info, message, fields);

    /// <summary>Writes a record of level WARN.</summary>
    public static void Warn(string message, params ReadOnlySpan<LogField> fields) => Writer.Write(LogLevel.Warn, message, fields);

    /// <summary>Writes a record of level ERROR.</summary>
    public static void Error(string message, params ReadOnlySpan<LogField> fields) => Writer.Write(LogLevel.Error, message, fields);

    /// <summary>Writes a record of level FATAL.</summary>
    public static void Fatal(string message, params ReadOnlySpan<LogField> fields) => Writer.Write(LogLevel.Fatal, message, fields);
}

namespace Hashee.Host;

/// <summary>Lambda's log levels (AWS_LAMBDA_LOG_LEVEL), in rising order.</summary>
public enum LogLevel
{
    /// <summary>Every step.</summary>
    Trace,

    /// <summary>What helps to find a fault.</summary>
    Debug,

    /// <summary>What happens in normal work. The default.</summary>
    Info,

    /// <summary>Something failed and was made good.</summary>
    Warn,

    /// <summary>Something failed and somebody noticed.</summary>
    Error,

    /// <summary>The instance ends.</summary>
    Fatal,
}

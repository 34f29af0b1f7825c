using System.Runtime.InteropServices;
using System.Text;
using Hashee.Formats;
using Hashee.Host.Native;

namespace Hashee.Host;

/// <summary>Formats records into one reused buffer and hands each to write(2) in one piece.</summary>
internal sealed unsafe class LogWriter(int descriptor, bool isText, LogLevel minimum)
{
    private readonly ByteBuffer _record = new(1024);
    private readonly ByteBuffer _requestId = new(64);
    private readonly Lock _gate = new();

    internal LogLevel Minimum => minimum;

    /// <summary>Reads AWS_LAMBDA_LOG_FORMAT and AWS_LAMBDA_LOG_LEVEL; unknown values mean JSON and INFO.</summary>
    internal static LogWriter FromEnvironment()
    {
        LogLevel level = LogLevel.Info;
        ReadOnlySpan<byte> configured = EnvironmentVariables.Get("AWS_LAMBDA_LOG_LEVEL");
        for (LogLevel candidate = LogLevel.Trace; candidate <= LogLevel.Fatal; candidate++)
        {
            if (Ascii.EqualsIgnoreCase(configured, NameOf(candidate)))
            {
                level = candidate;
            }
        }

        bool isText = Ascii.EqualsIgnoreCase(EnvironmentVariables.Get("AWS_LAMBDA_LOG_FORMAT"), "Text"u8);
        return new LogWriter(1, isText, level);
    }

    /// <summary>Names the invocation that the next records belong to; empty between invocations.</summary>
    internal void SetRequestId(ReadOnlySpan<byte> requestId)
    {
        lock (_gate)
        {
            _requestId.Clear();
            _requestId.Append(requestId);
        }
    }

    internal void Write(LogLevel level, string message, ReadOnlySpan<LogField> fields)
    {
        if (level < minimum)
        {
            return;
        }

        lock (_gate)
        {
            _record.Clear();
            if (isText)
            {
                FormatText(level, message, fields);
            }
            else
            {
                FormatJson(level, message, fields);
            }

            _record.Append((byte)'\n');
            WriteToDescriptor(_record.Written);
        }
    }

    /// <summary>Writes a line that is no log record, whatever the level is; it ends in a line feed.</summary>
    internal void WriteLine(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            WriteToDescriptor(line);
        }
    }

    private static ReadOnlySpan<byte> NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE"u8,
        LogLevel.Debug => "DEBUG"u8,
        LogLevel.Info => "INFO"u8,
        LogLevel.Warn => "WARN"u8,
        LogLevel.Error => "ERROR"u8,
        _ => "FATAL"u8,
    };

    private void AppendTime()
    {
        UtcTimestamp.Write(_record.GetSpan(UtcTimestamp.Length), DateTimeOffset.UtcNow);
        _record.Advance(UtcTimestamp.Length);
    }

    private void FormatJson(LogLevel level, string message, ReadOnlySpan<LogField> fields)
    {
        _record.Append("{\"timestamp\":\""u8);
        AppendTime();
        _record.Append("\",\"level\":\""u8);
        _record.Append(NameOf(level));
        _record.Append("\",\"message\":"u8);
        JsonText.WriteString(_record, message);
        if (_requestId.Length > 0)
        {
            _record.Append(",\"requestId\":"u8);
            JsonText.WriteString(_record, _requestId.Written);
        }

        foreach (LogField field in fields)
        {
            if (field.IsNumber || field.Text is not null)
            {
                _record.Append((byte)',');
                JsonText.WriteString(_record, field.Name);
                _record.Append((byte)':');
                FormatValue(field);
            }
        }

        _record.Append((byte)'}');
    }

    private void FormatText(LogLevel level, string message, ReadOnlySpan<LogField> fields)
    {
        AppendTime();
        _record.Append((byte)' ');
        _record.Append(NameOf(level));
        if (_requestId.Length > 0)
        {
            _record.Append((byte)' ');
            JsonText.WriteEscaped(_record, _requestId.Written);
        }

        _record.Append((byte)' ');
        JsonText.WriteEscaped(_record, message);
        foreach (LogField field in fields)
        {
            if (field.IsNumber || field.Text is not null)
            {
                _record.Append((byte)' ');
                JsonText.WriteEscaped(_record, field.Name);
                _record.Append((byte)'=');
                FormatValue(field);
            }
        }
    }

    private void FormatValue(LogField field)
    {
        if (field.IsNumber)
        {
            _record.Append(field.Number);
        }
        else
        {
            JsonText.WriteString(_record, field.Text);
        }
    }

    /// <summary>Whether a failed write may be made again; waits while a descriptor that does not block is full.</summary>
    private bool IsPassing(int error)
    {
        if (error == Libc.TryAgain)
        {
            Libc.PollEntry entry = new() { Descriptor = descriptor, Events = Libc.Writable };
            _ = Libc.Poll(&entry, 1, -1);
            return true;
        }

        return error == Libc.InterruptedCall;
    }

    /// <summary>Nobody can be told when standard output is gone, so a failed write is let go.</summary>
    private void WriteToDescriptor(ReadOnlySpan<byte> record)
    {
        fixed (byte* start = record)
        {
            nuint written = 0;
            while (written < (nuint)record.Length)
            {
                nint count = Libc.Write(descriptor, start + written, (nuint)record.Length - written);
                if (count > 0)
                {
                    written += (nuint)count;
                }
                else if (!IsPassing(count == 0 ? 0 : Marshal.GetLastPInvokeError()))
                {
                    return;
                }
            }
        }
    }
}

using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// An agent's way to the function's log: <c>message.Log.Info("Order placed.", new("orderId", id))</c>. The sentence is fixed, what varies is in fields, and
/// nothing that a user wrote belongs into either. Each record has the field <c>messageId</c> of the delivery that it is about.
/// </summary>
public sealed class AgentLog
{
    private readonly string? _messageId;

    internal AgentLog(string? messageId) => _messageId = messageId;

    /// <summary>Writes a record of level INFO: what happens in normal work.</summary>
    /// <param name="message">A fixed sentence.</param>
    /// <param name="fields">Named values.</param>
    public void Info(string message, params ReadOnlySpan<LogField> fields) => Write(LogLevel.Info, message, fields);

    /// <summary>Writes a record of level WARN: something failed and was made good.</summary>
    /// <param name="message">A fixed sentence.</param>
    /// <param name="fields">Named values.</param>
    public void Warn(string message, params ReadOnlySpan<LogField> fields) => Write(LogLevel.Warn, message, fields);

    /// <summary>Writes a record of level ERROR: something failed and somebody noticed.</summary>
    /// <param name="message">A fixed sentence.</param>
    /// <param name="fields">Named values.</param>
    public void Error(string message, params ReadOnlySpan<LogField> fields) => Write(LogLevel.Error, message, fields);

    private void Write(LogLevel level, string message, ReadOnlySpan<LogField> fields) =>
        Log.Write(level, message, [new LogField("messageId", _messageId), .. fields]);
}

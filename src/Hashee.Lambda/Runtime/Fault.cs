using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>What may be told about an exception: the message only of a <see cref="ReportableException"/>, else the type alone.</summary>
internal readonly record struct Fault(string Type, string Message, string? Stack)
{
    internal static Fault Of(Exception exception)
    {
        // A static constructor wraps what it failed with.
        while (exception is TypeInitializationException { InnerException: { } inner })
        {
            exception = inner;
        }

        string type = exception.GetType().ToString();
        for (Exception? inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            type = $"{type} <- {inner.GetType()}";
        }

        return new Fault(
            exception.GetType().ToString(),
            exception is ReportableException ? exception.Message : $"{type} (its message is withheld: it may quote input)",
            exception.StackTrace);
    }

    /// <summary>Writes the body that the Runtime API wants for an error.</summary>
    internal void WriteJson(ByteBuffer output)
    {
        output.Append("{\"errorMessage\":"u8);
        JsonText.WriteString(output, Message);
        output.Append(",\"errorType\":"u8);
        JsonText.WriteString(output, Type);
        output.Append(",\"stackTrace\":[]}"u8);
    }
}

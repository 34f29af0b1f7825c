using System.Buffers;
using Hashee.Host;

namespace Hashee.Lambda;

/// <summary>
/// What a function does with one event. An exception is reported to Lambda as a failed invocation (with its message only when it is a
/// <see cref="ReportableException"/>) and the instance lives on.
/// </summary>
/// <param name="payload">The event's bytes; they are valid until the handler returns.</param>
/// <param name="context">The invocation; valid until the handler returns.</param>
/// <param name="response">Takes the response's bytes, which are sent when the handler returns.</param>
public delegate void InvocationHandler(ReadOnlySpan<byte> payload, InvocationContext context, IBufferWriter<byte> response);

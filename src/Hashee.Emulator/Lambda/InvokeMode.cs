namespace Hashee.Emulator.Lambda;

/// <summary>How a Function URL invokes its function (<c>InvokeMode</c>).</summary>
internal enum InvokeMode
{
    /// <summary>The response is sent when it is complete; 6 MB at most.</summary>
    Buffered,

    /// <summary>The response is sent as it comes; 200 MB at most.</summary>
    ResponseStream,
}

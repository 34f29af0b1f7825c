namespace Hashee.Emulator.Models;

/// <summary>A request that the real provider would not take.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">The provider's code.</param>
/// <param name="message">What is wrong with it.</param>
internal sealed class ModelRefusalException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;
}

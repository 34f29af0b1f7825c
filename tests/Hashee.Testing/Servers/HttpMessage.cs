using System.Text;

namespace Hashee.Testing.Servers;

/// <summary>A request as a server saw it.</summary>
internal sealed record HttpMessage(string StartLine, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    internal string Text => Encoding.UTF8.GetString(Body);
}

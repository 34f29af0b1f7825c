namespace Hashee.Emulator.Lambda;

/// <summary>The media types whose bodies a REST API passes on as bytes (<c>BinaryMediaTypes</c>); <c>*/*</c> stands for all.</summary>
internal sealed class BinaryMediaTypes(params IReadOnlyList<string> types)
{
    /// <summary>Whether a header names one of them.</summary>
    /// <param name="header">Content-Type, or Accept, of which only the first type counts; empty when there is none.</param>
    public bool Match(string header)
    {
        string type = header.Split(',')[0].Split(';')[0].Trim();
        return types.Any(candidate => candidate == "*/*" || candidate.Equals(type, StringComparison.OrdinalIgnoreCase));
    }
}

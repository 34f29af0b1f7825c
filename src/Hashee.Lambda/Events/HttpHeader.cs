namespace Hashee.Lambda;

/// <summary>A header of a response.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
public readonly record struct HttpHeader(string Name, string Value);

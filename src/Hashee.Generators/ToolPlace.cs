using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Hashee.Generators;

/// <summary>Where something stands: a <see cref="Location"/> holds the whole syntax tree, and no two are equal.</summary>
internal readonly record struct ToolPlace(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static ToolPlace Of(Location location) => new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}

using System.Text;

namespace Hashee.Emulator.Terminal;

/// <summary>
/// Reads a <c>.env</c> file: one <c>NAME=VALUE</c> a line. Empty lines, lines that begin with <c>#</c> and an <c>export</c> before the name are
/// skipped. A value in single quotes is taken as it is, one in double quotes knows <c>\n</c>, <c>\t</c>, <c>\"</c>, <c>\\</c> and <c>\$</c>; one without quotes
/// ends at <c> #</c>. Nothing is substituted.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>Reads all variables in the order of their lines; of a name that is there twice, the last one counts.</summary>
    /// <param name="text">The file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="FormatException">Names path and line, never a value.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Read(string text, string path)
    {
        int number = 0;
        foreach (string raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            const string export = "export ";
            line = line.StartsWith(export, StringComparison.Ordinal) ? line[export.Length..].TrimStart() : line;
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? "" : line[..equals].TrimEnd();
            if (!IsName(name))
            {
                throw new FormatException($"{path}, line {number}: not NAME=VALUE");
            }

            string value = Value(line[(equals + 1)..].Trim())
                ?? throw new FormatException($"{path}, line {number}: the value of {name} has a quote without its end, or something behind it");
            yield return new KeyValuePair<string, string>(name, value);
        }
    }

    /// <summary>Whether a text can be the name of a variable: letters, digits and underscores, no digit first.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <returns>Null for a quote that does not end, or does not end the value.</returns>
    private static string? Value(string text) => text switch
    {
        ['\'', ..] => Single(text),
        ['"', ..] => Double(text),
        ['#', ..] => "",
        _ => text.Split(" #")[0].Split("\t#")[0].TrimEnd(),
    };

    private static string? Single(string text)
    {
        int end = text.IndexOf('\'', 1);
        return end > 0 && IsComment(text[(end + 1)..]) ? text[1..end] : null;
    }

    private static string? Double(string text)
    {
        StringBuilder value = new();
        for (int i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return IsComment(text[(i + 1)..]) ? value.ToString() : null;
                case '\\' when i + 1 < text.Length && text[i + 1] is 'n' or 't' or '"' or '\\' or '$':
                    i++;
                    value.Append(text[i] switch { 'n' => '\n', 't' => '\t', _ => text[i] });
                    break;
                default:
                    value.Append(text[i]);
                    break;
            }
        }

        return null;
    }

    private static bool IsComment(string rest) => rest.Length == 0 || (char.IsWhiteSpace(rest[0]) && rest.TrimStart() is "" or ['#', ..]);
}

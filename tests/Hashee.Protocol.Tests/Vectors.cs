using System.Text.Json;

namespace Hashee.Protocol.Tests;

// The vector files: this project's own lie beside the tests, others' are used where they are.
internal static class Vectors
{
    public static JsonElement ReadOwn(string name) => Read(Path.Combine(AppContext.BaseDirectory, "vectors", name));

    // Skips the calling test when there is no folder shared/vectors/wycheproof beside the repository.
    public static JsonElement ReadWycheproof(string name)
    {
        string? folder = FindUpwards(AppContext.BaseDirectory) ?? FindUpwards(SourceFolder());
        Assert.SkipWhen(
            folder is null,
            "There is no folder shared/vectors/wycheproof beside the checkout: put the files of C2SP/wycheproof, testvectors_v1 at dac1dd47, there.");
        return Read(Path.Combine(folder, name));
    }

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static JsonElement Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static string? FindUpwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "vectors", "wycheproof");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

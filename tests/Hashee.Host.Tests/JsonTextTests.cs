using System.Text;
using System.Text.Json;
using Hashee.Formats;

namespace Hashee.Host.Tests;

public class JsonTextTests
{
    [Fact]
    public void Every_character_comes_back_from_a_JSON_reader()
    {
        string text = string.Concat(Enumerable.Range(0, 0xd800).Select(value => (char)value)) + "😀\ufffd\uffff";

        Assert.Equal(text, Read(output => JsonText.WriteString(output, text)));
        Assert.Equal(text, Read(output => JsonText.WriteString(output, Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Only_what_must_be_escaped_is()
    {
        ByteBuffer output = new(16);

        JsonText.WriteString(output, "a\"b\\c\n\r\t\u0001\u001f/ü\u007f");

        Assert.Equal("\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/ü\u007f\"", Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("a\ufffdb", Read(output => JsonText.WriteString(output, "a\ud83db")));

    [Fact]
    public void A_pair_of_surrogates_survives_wherever_it_stands()
    {
        for (int length = 120; length < 140; length++)
        {
            string text = new string('x', length) + "😀😀";
            Assert.Equal(text, Read(output => JsonText.WriteString(output, text)));
        }
    }

    private static string? Read(Action<ByteBuffer> write)
    {
        ByteBuffer output = new(1);
        write(output);
        return JsonDocument.Parse(output.Written.ToArray()).RootElement.GetString();
    }
}

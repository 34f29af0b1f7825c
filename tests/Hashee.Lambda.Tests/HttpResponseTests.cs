using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hashee.Lambda.Tests;

public class HttpResponseTests
{
    [Fact]
    public void A_response_has_the_documented_shape()
    {
        ArrayBufferWriter<byte> output = new();

        HttpResponse.Write(output, 405, "{\"error\":\"ü\\n\"}"u8, new("Allow", "POST"), new("Content-Type", "application/json"));

        JsonElement response = JsonDocument.Parse(output.WrittenMemory).RootElement;
        Assert.Equal(["statusCode", "headers", "body"], response.EnumerateObject().Select(property => property.Name));
        Assert.Equal(405, response.GetProperty("statusCode").GetInt32());
        Assert.Equal("POST", response.GetProperty("headers").GetProperty("Allow").GetString());
        Assert.Equal("application/json", response.GetProperty("headers").GetProperty("Content-Type").GetString());
        Assert.Equal("{\"error\":\"ü\\n\"}", response.GetProperty("body").GetString());
    }

    [Fact]
    public void A_response_may_have_no_headers_and_no_body()
    {
        ArrayBufferWriter<byte> output = new();

        HttpResponse.Write(output, 204, default);

        Assert.Equal("""{"statusCode":204,"headers":{},"body":""}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}

using System.Text.Json.Nodes;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests;

/// <summary>npm's aws4, which signs again what a server got.</summary>
internal static class SigningJudge
{
    internal static string Sign(NodeProgram judge, HttpMessage request, string service)
    {
        string[] line = request.StartLine.Split(' ');
        JsonObject headers = [];
        foreach ((string name, string value) in request.Headers.Where(static header => header.Key is not ("Content-Length" or "Authorization")))
        {
            headers.Add(name, value);
        }

        return judge.Ask(new JsonObject
        {
            ["service"] = service,
            ["region"] = "eu-west-1",
            ["method"] = line[0],
            ["host"] = request.Headers["Host"],
            ["path"] = line[1],
            ["headers"] = headers,
            ["body"] = Convert.ToBase64String(request.Body),
        }.ToJsonString());
    }
}

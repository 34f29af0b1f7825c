using System.ComponentModel;
using Hashee.Agents;

public sealed class Weather(string country)
{
    [Tool("weather")]
    [Description("The weather in a city.")]
    public string Tell([Description("The city's name.")] string city, int days = 1) =>
        $"Rain in {city}, {country}, for {days} day(s).";
}

namespace Hashee.Lambda;

/// <summary>How often a header came with a request.</summary>
public enum HeaderCount
{
    /// <summary>Not at all.</summary>
    Missing,

    /// <summary>Once.</summary>
    Once,

    /// <summary>More than once, in one letter case or several. (Lambda itself joins repeated headers with commas.)</summary>
    Repeated,
}

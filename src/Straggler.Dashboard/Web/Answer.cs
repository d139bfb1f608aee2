using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Straggler.Dashboard.Web;

/// <summary>Writes answers.</summary>
internal static class Answer
{
    /// <summary>JSON text as bytes.</summary>
    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Answers with JSON.</summary>
    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write) => BytesAsync(context, "application/json; charset=utf-8", Json(write));

    /// <summary>Answers with an error, as JSON that says what is wrong.</summary>
    public static Task ProblemAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return JsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });
    }

    /// <summary>Answers that there is no such thing.</summary>
    public static Task NotFoundAsync(HttpContext context) => ProblemAsync(context, StatusCodes.Status404NotFound, "There is no such thing here.");

    /// <summary>Answers with these bytes; to HEAD with their number.</summary>
    public static async Task BytesAsync(HttpContext context, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
        }
    }
}

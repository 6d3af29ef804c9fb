// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The values of this package as JSON (RFC 8259): what a record has in Java, it has there. */
final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  static String of(Record value) {
    var json = new Json();
    json.write(value);
    return json.out.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Record each -> object(each);
      case List<?> list -> list(list.iterator(), '[', ']', this::write);
      case Duration time -> number(time.toNanos() / 1e9);
      case Double number -> number(number);
      case Number number -> out.append(number);
      case Boolean truth -> out.append(truth);
      default -> string(value.toString());
    }
  }

  private void object(Record value) {
    var components = List.of(value.getClass().getRecordComponents());
    list(components.iterator(), '{', '}', component -> member(value, component));
  }

  private void member(Record value, RecordComponent component) {
    string(component.getName());
    out.append(':');
    try {
      write(component.getAccessor().invoke(value));
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(component.toString(), impossible);
    }
  }

  private <E> void list(Iterator<E> elements, char open, char close, Consumer<? super E> each) {
    out.append(open);
    while (elements.hasNext()) {
      each.accept(elements.next());
      out.append(elements.hasNext() ? "," : "");
    }
    out.append(close);
  }

  /** JSON knows no infinity, and nothing that is not a number. */
  private void number(double value) {
    out.append(Double.isFinite(value) ? Double.toString(value) : "null");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c)); // also a half of a pair that stands alone
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}

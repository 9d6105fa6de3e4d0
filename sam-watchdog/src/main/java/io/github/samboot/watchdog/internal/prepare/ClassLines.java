package io.github.samboot.watchdog.internal.prepare;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the list of classes for an archive says of a class file: its lambdas, so that the
 * JVM has the class that it makes for each, and what it refers to. A line that fits
 * nothing is left out by the JVM.
 * <p>
 * The JVM that writes the archive makes each of these lambdas, which initializes its
 * interface. Nothing of the application may run there, so those whose interface has an
 * initializer are left out. Where classes are linked in the archive, the JVM leaves them
 * out itself.
 */
final class ClassLines {

	private static final String FACTORY = "java/lang/invoke/LambdaMetafactory.metafactory:";

	/**
	 * Java 17 reads no list with a line of more than 4096 bytes, three for a character.
	 */
	private static final int LONGEST = 1365;

	private static final String[] KINDS = { "", "REF_getField", "REF_getStatic", "REF_putField", "REF_putStatic",
			"REF_invokeVirtual", "REF_invokeStatic", "REF_invokeSpecial", "REF_newInvokeSpecial",
			"REF_invokeInterface" };

	private static final String INITIALIZER = "<clinit>";

	private static final int MOST_REFERENCES = 500;

	private static final int UTF8 = 1;

	private static final int LONG = 5;

	private static final int DOUBLE = 6;

	private static final int CLASS = 7;

	private static final int FIELD = 9;

	private static final int METHOD = 10;

	private static final int INTERFACE_METHOD = 11;

	private static final int METHOD_HANDLE = 15;

	private static final int METHOD_TYPE = 16;

	private static final int INVOKE_DYNAMIC = 18;

	private final ClassLoader loader;

	private final DataInputStream in;

	private final int[] tags;

	/** The indexes of an entry: one in the high half, one in the low half. */
	private final int[] parts;

	private final String[] texts;

	private ClassLines(ClassLoader loader, byte[] content) throws IOException {
		this.loader = loader;
		this.in = new DataInputStream(new ByteArrayInputStream(content));
		this.in.skipNBytes(8);
		int count = this.in.readUnsignedShort();
		this.tags = new int[count];
		this.parts = new int[count];
		this.texts = new String[count];
		for (int i = 1; i < count; i++) {
			int tag = this.in.readUnsignedByte();
			this.tags[i] = tag;
			switch (tag) {
				case UTF8 -> this.texts[i] = this.in.readUTF();
				case LONG, DOUBLE -> {
					this.in.skipNBytes(8);
					i++;
				}
				case METHOD_HANDLE -> this.parts[i] = this.in.readUnsignedByte() << 16 | this.in.readUnsignedShort();
				case CLASS, 8, METHOD_TYPE, 19, 20 -> this.parts[i] = this.in.readUnsignedShort();
				case 3, 4, FIELD, METHOD, INTERFACE_METHOD, 12, 17, INVOKE_DYNAMIC -> this.parts[i] = this.in.readInt();
				default -> throw new IOException("constant of kind " + tag);
			}
		}
	}

	/**
	 * Read the file of a class.
	 * @param loader where it is looked for
	 * @param name the name of the class, with slashes
	 * @return the lines, none if there is no file, or nothing that can be read
	 */
	static Set<String> lambdas(ClassLoader loader, String name) {
		try (InputStream file = loader.getResourceAsStream(name + ".class")) {
			return (file != null) ? new ClassLines(loader, file.readAllBytes()).lines() : Set.of();
		}
		catch (IOException | RuntimeException ex) {
			// the JVM makes its lambdas at each start
			return Set.of();
		}
	}

	/**
	 * Return what a class refers to, by number: classes, fields and methods. A JVM that
	 * links the classes of an archive looks them up once, when it writes it.
	 * @param loader where it is looked for
	 * @param name the name of the class, with slashes
	 * @param makesLambdas whether to add its lambdas
	 * @return the lines, none if there is no file, or nothing that can be read
	 */
	static List<String> references(URLClassLoader loader, String name, boolean makesLambdas) {
		URL file = loader.findResource(name + ".class");
		try (InputStream in = (file != null) ? file.openStream() : InputStream.nullInputStream()) {
			return (file != null) ? new ClassLines(loader, in.readAllBytes()).references(name, makesLambdas)
					: List.of();
		}
		catch (IOException | RuntimeException ex) {
			// the JVM looks them up at each start
			return List.of();
		}
	}

	private List<String> references(String name, boolean makesLambdas) {
		List<String> numbers = new ArrayList<>();
		for (int i = 1; i < this.tags.length; i++) {
			boolean counts = switch (this.tags[i]) {
				case CLASS, FIELD, METHOD, INTERFACE_METHOD -> true;
				default -> makesLambdas && this.tags[i] == INVOKE_DYNAMIC;
			};
			if (counts) {
				numbers.add(String.valueOf(i));
			}
		}
		List<String> lines = new ArrayList<>();
		for (int i = 0; i < numbers.size(); i += MOST_REFERENCES) {
			lines.add("@cp " + name + " "
					+ String.join(" ", numbers.subList(i, Math.min(i + MOST_REFERENCES, numbers.size()))));
		}
		return lines;
	}

	private Set<String> lines() throws IOException {
		this.in.skipNBytes(2);
		String caller = text(this.parts[this.in.readUnsignedShort()]);
		this.in.skipNBytes(2);
		this.in.skipNBytes(2 * this.in.readUnsignedShort());
		skipMembers();
		skipMembers();
		Set<String> lines = new LinkedHashSet<>();
		for (int left = this.in.readUnsignedShort(); left > 0; left--) {
			String name = text(this.in.readUnsignedShort());
			int length = this.in.readInt();
			if (!name.equals("BootstrapMethods")) {
				this.in.skipNBytes(length);
				continue;
			}
			String[] methods = new String[this.in.readUnsignedShort()];
			for (int i = 0; i < methods.length; i++) {
				methods[i] = bootstrapMethod();
			}
			for (int i = 1; i < this.tags.length; i++) {
				if (this.tags[i] == INVOKE_DYNAMIC && !methods[high(i)].isEmpty()) {
					int type = low(i);
					String call = text(low(type));
					String line = "@lambda-proxy " + caller + " " + text(high(type)) + " " + call + methods[high(i)];
					String made = call.substring(call.lastIndexOf(")L") + 2, call.length() - 1);
					if (line.length() <= LONGEST && !runsCode(this.loader, made)) {
						lines.add(line);
					}
				}
			}
		}
		return lines;
	}

	private static boolean runsCode(ClassLoader loader, String name) throws IOException {
		if (name.startsWith("java/")) {
			return false;
		}
		try (InputStream file = loader.getResourceAsStream(name + ".class")) {
			return file == null || new ClassLines(loader, file.readAllBytes()).runsCode();
		}
	}

	/** With its superinterfaces, as those are initialized with it. */
	private boolean runsCode() throws IOException {
		this.in.skipNBytes(6);
		for (int left = this.in.readUnsignedShort(); left > 0; left--) {
			if (runsCode(this.loader, text(this.parts[this.in.readUnsignedShort()]))) {
				return true;
			}
		}
		skipMembers();
		return skipMembers();
	}

	/** Return whether there is an initializer among them. */
	private boolean skipMembers() throws IOException {
		boolean hasInitializer = false;
		for (int members = this.in.readUnsignedShort(); members > 0; members--) {
			this.in.skipNBytes(2);
			hasInitializer |= text(this.in.readUnsignedShort()).equals(INITIALIZER);
			this.in.skipNBytes(2);
			for (int attributes = this.in.readUnsignedShort(); attributes > 0; attributes--) {
				this.in.skipNBytes(2);
				this.in.skipNBytes(this.in.readInt());
			}
		}
		return hasInitializer;
	}

	/** Empty if it makes no lambda of the kind that archives have. */
	private String bootstrapMethod() throws IOException {
		StringBuilder line = new StringBuilder();
		boolean makesLambda = member(low(this.in.readUnsignedShort()), ".", ":").startsWith(FACTORY);
		for (int left = this.in.readUnsignedShort(); left > 0; left--) {
			int argument = this.in.readUnsignedShort();
			if (this.tags[argument] == METHOD_TYPE) {
				line.append(' ').append(text(low(argument)));
			}
			else if (this.tags[argument] == METHOD_HANDLE) {
				line.append(' ').append(KINDS[high(argument)]).append(' ').append(member(low(argument), " ", " "));
			}
		}
		return makesLambda ? line.toString() : "";
	}

	private String member(int index, String afterClass, String afterName) {
		int type = low(index);
		return text(low(high(index))) + afterClass + text(high(type)) + afterName + text(low(type));
	}

	private int high(int index) {
		return this.parts[index] >>> 16;
	}

	private int low(int index) {
		return this.parts[index] & 0xffff;
	}

	private String text(int index) {
		return this.texts[index];
	}

}

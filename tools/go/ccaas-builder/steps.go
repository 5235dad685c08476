package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// templateEnvironment names the variable that holds a JSON object; its fields
// fill templates such as {{.peername}} in connection.json.
const templateEnvironment = "CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG"

const defaultDialTimeout = 3 * time.Second

// connection is how the peer reaches a chaincode server.
type connection struct {
	Address            string `json:"address"`
	DialTimeout        string `json:"dial_timeout"`
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required"`
	ClientKey          string `json:"client_key"`
	ClientCert         string `json:"client_cert"`
	RootCert           string `json:"root_cert"`
}

func detect(metadata string) error {
	var kind struct {
		Type string `json:"type"`
	}
	if err := readJSON(filepath.Join(metadata, "metadata.json"), &kind); err != nil {
		return err
	}
	if !strings.EqualFold(kind.Type, "ccaas") {
		return fmt.Errorf("chaincode type %q is not ccaas", kind.Type)
	}
	return nil
}

func build(code, output, values string) error {
	var c connection
	if err := readJSON(filepath.Join(code, "connection.json"), &c); err != nil {
		return err
	}
	if err := c.complete(values); err != nil {
		return fmt.Errorf("connection.json: %w", err)
	}
	if err := copyTree(filepath.Join(code, "META-INF"), filepath.Join(output, "META-INF")); err != nil {
		return err
	}
	bytes, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(output, "connection.json"), bytes, 0o644)
}

func release(output, released string) error {
	bytes, err := os.ReadFile(filepath.Join(output, "connection.json"))
	if err != nil {
		return err
	}
	if err := copyTree(filepath.Join(output, "META-INF", "statedb"), filepath.Join(released, "statedb")); err != nil {
		return err
	}
	server := filepath.Join(released, "chaincode", "server")
	if err := os.MkdirAll(server, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(server, "connection.json"), bytes, 0o644)
}

// complete fills templates and defaults and checks what TLS needs.
func (c *connection) complete(values string) error {
	fields := map[string]any{}
	if values != "" {
		if err := json.Unmarshal([]byte(values), &fields); err != nil {
			return fmt.Errorf("%s is not a JSON object: %w", templateEnvironment, err)
		}
	}
	for _, text := range []*string{&c.Address, &c.DialTimeout, &c.ClientKey, &c.ClientCert, &c.RootCert} {
		if err := fill(text, fields); err != nil {
			return err
		}
	}
	if c.DialTimeout == "" {
		c.DialTimeout = defaultDialTimeout.String()
	}
	if _, err := time.ParseDuration(c.DialTimeout); err != nil {
		return fmt.Errorf("dial_timeout: %w", err)
	}
	return c.check()
}

func (c *connection) check() error {
	problems := []error{}
	require := func(value, name, when string) {
		if value == "" {
			problems = append(problems, fmt.Errorf("%s is missing%s", name, when))
		}
	}
	require(c.Address, "address", "")
	if c.TLSRequired {
		require(c.RootCert, "root_cert", " though tls_required is set")
		if c.ClientAuthRequired {
			require(c.ClientKey, "client_key", " though client_auth_required is set")
			require(c.ClientCert, "client_cert", " though client_auth_required is set")
		}
	}
	return errors.Join(problems...)
}

func fill(text *string, fields map[string]any) error {
	t, err := template.New("").Option("missingkey=error").Parse(*text)
	if err != nil {
		return err
	}
	var filled bytes.Buffer
	if err := t.Execute(&filled, fields); err != nil {
		return err
	}
	*text = filled.String()
	return nil
}

func readJSON(path string, into any) error {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(bytes, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// copyTree copies a directory; one that does not exist is nothing to copy.
func copyTree(from, to string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.CopyFS(to, os.DirFS(from))
}
